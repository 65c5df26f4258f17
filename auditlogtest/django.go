package auditlogtest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Code that Waldur and Akinon share, because both are built on Django REST framework.

func methodNotAllowed(c *call) *answer {
	return detail(http.StatusMethodNotAllowed, `Method "`+c.Method+`" not allowed.`)
}

// djangoPage reads the page number, which starts at 1. ok is false if the page does not exist. Page 1 exists even if
// there are no rows.
func djangoPage(c *call, pages int) (page int, ok bool) {
	switch value := c.last("page"); value {
	case "":
		return 1, true
	case "last":
		return pages, true
	default:
		page, err := strconv.Atoi(value)
		return page, err == nil && page >= 1 && (page <= pages || c.quirks.LoopNext)
	}
}

// pageLinks builds the URLs of pages other than the requested one.
type pageLinks struct {
	*call
	page int
}

// to returns the requested URL with another page number, or without a page number if page is 0.
func (l pageLinks) to(page int, foreign string) string {
	params := url.Values{}
	maps.Copy(params, l.query)
	params.Del("page")
	if page > 0 {
		params.Set("page", strconv.Itoa(page))
	}
	address := origin(l.call, foreign) + l.URL.EscapedPath()
	if len(params) > 0 {
		address += "?" + params.Encode()
	}
	return address
}

func (l pageLinks) next() string { return l.to(l.page+1, l.quirks.ForeignNext) }

func (l pageLinks) previous() string {
	if l.page == 2 {
		return l.to(0, "")
	}
	return l.to(l.page-1, "")
}

// header returns Waldur's Link header.
func (l pageLinks) header(hasNext bool, pages int) string {
	links := []string{"<" + l.to(0, "") + `>; rel="first"`}
	if l.page > 1 {
		links = append(links, "<"+l.previous()+`>; rel="prev"`)
	}
	if hasNext {
		links = append(links, "<"+l.next()+`>; rel="next"`)
	}
	return strings.Join(append(links, "<"+l.to(pages, "")+`>; rel="last"`), ", ")
}

// envelope returns a page in the usual form of Django REST framework.
func envelope[T any](list listing[T], k kind[T], rows []*row[T], link pageLinks, hasNext bool) *answer {
	var next, previous string
	if hasNext {
		next = link.next()
	}
	if link.page > 1 {
		previous = link.previous()
	}
	others := object{"count": list.total(), "next": nullable(next), "previous": nullable(previous)}
	if link.quirks.NoSignals {
		others = object{"previous": nil}
	}
	return newAnswer(http.StatusOK, "application/json", rowsIn("results", k, rows, link.quirks.form(), others))
}

// origin returns the scheme and host of links: the foreign one if it is set, else the server's own.
func origin(c *call, foreign string) string {
	switch {
	case strings.Contains(foreign, "://"):
		return foreign
	case foreign != "":
		return "http://" + foreign
	}
	scheme := "http://"
	if c.TLS != nil {
		scheme = "https://"
	}
	return scheme + c.Host
}

// djangoCredentials reads the JSON of a login.
func djangoCredentials(c *call) (name, password string, refused *answer) {
	if c.Method != http.MethodPost {
		return "", "", methodNotAllowed(c)
	}
	var body struct {
		Username *string `json:"username"`
		Password *string `json:"password"`
	}
	if err := json.Unmarshal(c.body, &body); err != nil {
		return "", "", detail(http.StatusBadRequest, "JSON parse error - "+err.Error())
	}
	errs := fieldErrors{}
	if body.Username == nil {
		errs.add("username", "This field is required.")
	}
	if body.Password == nil {
		errs.add("password", "This field is required.")
	}
	if len(errs) > 0 {
		return "", "", errs.answer()
	}
	return *body.Username, *body.Password, nil
}

// expiry returns the time at which a token issued now expires. usual is the lifetime if the quirks set none. The zero
// time means never.
func (c *call) expiry(usual time.Duration) time.Time {
	if c.quirks.TokenLifetime > 0 {
		usual = c.quirks.TokenLifetime
	}
	if usual == 0 {
		return time.Time{}
	}
	return c.now.Add(usual)
}
