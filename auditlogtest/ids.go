package auditlogtest

import (
	"encoding/hex"
	"strings"
)

// mix turns a number into one that looks random but is the same on every run (splitmix64).
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// hexDigits derives count hexadecimal digits from n.
func hexDigits(n uint64, count int) string {
	raw := make([]byte, 0, count/2+8)
	for len(raw)*2 < count {
		n = mix(n)
		for shift := 0; shift < 64; shift += 8 {
			raw = append(raw, byte(n>>shift))
		}
	}
	return hex.EncodeToString(raw)[:count]
}

// uuidOf derives a random (version 4) UUID without dashes from n.
func uuidOf(n uint64) string {
	digits := []byte(hexDigits(n, 32))
	digits[12] = '4'
	digits[16] = "89ab"[n%4]
	return string(digits)
}

// dashed writes 32 hexadecimal digits as a UUID with dashes. It returns any other text unchanged.
func dashed(id string) string {
	if len(id) != 32 {
		return id
	}
	return id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
}

// parseUUID returns the 32 lower-case digits of a UUID, dashed or not.
func parseUUID(s string) (digits string, ok bool) {
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	if len(s) != 32 {
		return "", false
	}
	s = strings.ToLower(s)
	_, err := hex.DecodeString(s)
	return s, err == nil
}
