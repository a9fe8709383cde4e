package main

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// order is an order as the old desk takes it.
type order struct {
	Customer string `xml:"customer,attr"`
	Trace    string `xml:"trace,attr"`
	Lines    []struct {
		SKU   string `xml:"sku,attr"`
		Count int    `xml:"count,attr"`
	} `xml:"line"`
}

// orders is the old order desk: one program name for everything, XML in, JSON in
// capital letters out.
type orders struct {
	mu   sync.Mutex
	kept []order
}

func newOrders() http.Handler {
	desk := &orders{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /desk.cgi", desk.take)
	mux.HandleFunc("GET /desk.cgi", desk.show)
	return mux
}

// take is an order.
func (o *orders) take(w http.ResponseWriter, r *http.Request) {
	var taken order
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err == nil {
		err = xml.Unmarshal(body, &taken)
	}
	if err != nil || r.Header.Get("Content-Type") != "text/xml" {
		say(w, http.StatusBadRequest, map[string]any{"ERR_TXT": "XML, PLEASE"})
		return
	}
	o.mu.Lock()
	o.kept = append(o.kept, taken)
	number := len(o.kept)
	o.mu.Unlock()
	say(w, http.StatusOK, receipt(number, taken))
}

// show looks an order up.
func (o *orders) show(w http.ResponseWriter, r *http.Request) {
	number, _ := strconv.Atoi(r.URL.Query().Get("no"))
	o.mu.Lock()
	defer o.mu.Unlock()
	if number < 1 || number > len(o.kept) {
		say(w, http.StatusNotFound, map[string]any{"ERR_TXT": "NO SUCH ORDER"})
		return
	}
	say(w, http.StatusOK, receipt(number, o.kept[number-1]))
}

func receipt(number int, of order) map[string]any {
	items := make([]map[string]any, 0, len(of.Lines))
	for _, line := range of.Lines {
		items = append(items, map[string]any{"ART": line.SKU, "CNT": line.Count})
	}
	return map[string]any{"ORD_NO": number, "CUST": of.Customer, "TRC": of.Trace, "ITEMS": items}
}

func say(w http.ResponseWriter, status int, answer map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) //nolint:errchkjson // a client that went away is no error of ours
}
