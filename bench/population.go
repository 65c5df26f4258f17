package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// population is the world that realistic records tell of: its people, addresses and things, of which some occur often and
// most hardly ever. It is the same in every run.
type population struct {
	*rand.Rand
	people []person
	often  map[int]*rand.Zipf // by number of choices
}

// person is a user of all APIs.
type person struct {
	number                    int
	first, last, login, email string
	uuid                      string // without dashes
	addresses                 []string
}

const (
	persons   = 3000
	addresses = 400
)

func newPopulation() *population {
	w := &population{Rand: rand.New(rand.NewPCG(2025, 6)), often: map[int]*rand.Zipf{}} //nolint:gosec // G404: test data
	at := make([]string, addresses)
	for i := range at {
		at[i] = fmt.Sprintf("%d.%d.%d.%d", 11+w.IntN(180), w.IntN(250), w.IntN(250), 1+w.IntN(250))
	}
	w.people = make([]person, persons)
	for i := range w.people {
		p := person{number: 1000 + 7*i, first: w.one(firstNames), last: w.one(lastNames), uuid: w.hex(32)}
		p.login = fmt.Sprintf("%s%d", plain(p.last), i)
		p.email = fmt.Sprintf("%s.%s@%s", plain(p.first), p.login, w.one(domains))
		for range 1 + w.IntN(3) { // the office, at home, on the way
			p.addresses = append(p.addresses, at[w.frequent(len(at))])
		}
		w.people[i] = p
	}
	return w
}

// frequent chooses one of n as people choose words: the first most often, the last hardly ever.
func (w *population) frequent(n int) int {
	if w.often[n] == nil {
		w.often[n] = rand.NewZipf(w.Rand, 1.1, 8, uint64(n-1))
	}
	return int(w.often[n].Uint64())
}

// person chooses somebody.
func (w *population) person() person { return w.people[w.frequent(len(w.people))] }

// one chooses one of several texts that occur equally often; who repeats a text makes it more frequent.
func (w *population) one(of []string) string { return of[w.IntN(len(of))] }

// oneIn reports whether something rare happens.
func (w *population) oneIn(n int) bool { return w.IntN(n) == 0 }

// hex returns random digits.
func (w *population) hex(digits int) string {
	text := make([]byte, digits)
	for i := range text {
		text[i] = "0123456789abcdef"[w.IntN(16)]
	}
	return string(text)
}

// dashed writes the 32 digits of a UUID.
func dashed(uuid string) string {
	return uuid[:8] + "-" + uuid[8:12] + "-" + uuid[12:16] + "-" + uuid[16:20] + "-" + uuid[20:]
}

// plain writes a name as it is in an address.
func plain(name string) string { return withoutAccents.Replace(strings.ToLower(name)) }

var withoutAccents = strings.NewReplacer(
	"á", "a", "é", "e", "í", "i", "ı", "i", "ë", "e", "ö", "o", "ü", "u", "ş", "s", "ç", "c",
)

func (p person) name() string { return p.first + " " + p.last }

var (
	firstNames = []string{
		"Ayşe", "Mehmet", "Anna", "Liis", "Kristjan", "Maria", "Jürgen", "Zoë", "John", "Emily", "Noah", "Olivia", "Wei", "Li",
		"Fatma", "Emre", "Priya", "Arjun", "Sofia", "Mateo", "Chloé", "Lucas", "Hanna", "Oskar", "Elif", "Deniz", "Grace", "Samuel",
	}
	lastNames = []string{
		"Yılmaz", "Kaya", "Demir", "Tamm", "Saar", "Sepp", "Müller", "Schmidt", "Smith", "Johnson", "Williams", "Brown", "García",
		"Martínez", "Rossi", "Dubois", "Nowak", "Novák", "Jansen", "Andersson", "Nguyen", "Wang", "Zhang", "Sharma", "Patel", "Okafor",
		"Şahin", "Öztürk", "Kask", "Lepp", "Weber", "Fischer", "Taylor", "Wilson", "Moreau", "Silva",
	}
	domains = []string{"example.com", "example.com", "example.com", "example.org", "mail.example.net", "partner.example.eu"}
)
