// Go's net/http over TLS, and an echo on crypto/tls, as their users write them: of HTTP only 1.1.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func echo(listener net.Listener) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			io.Copy(connection, connection)
		}()
	}
}

func serve(form, certificate, key, root string) error {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return err
	}
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	fmt.Fprintf(os.Stderr, "listening on %s (Go)\n", plain.Addr())
	if form == "echo" {
		return echo(tls.NewListener(plain, config))
	}
	server := &http.Server{
		Handler:      http.FileServer(http.Dir(root)),
		TLSConfig:    config,
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	return server.ServeTLS(plain, "", "")
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "server_go: it takes echo|http CERTIFICATE KEY ROOT")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, "server_go:", err)
		os.Exit(1)
	}
}
