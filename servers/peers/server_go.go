// Go's net as an echo server, and net/http as a server of files, as users of both write them.
package main

import (
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
			buffer := make([]byte, 65536)
			// Not io.Copy(connection, connection): on TCP that splices through a pipe, which takes three system
			// calls where reading and writing take two.
			for {
				count, err := connection.Read(buffer)
				if count > 0 {
					if _, err := connection.Write(buffer[:count]); err != nil {
						return
					}
				}
				if err != nil {
					return
				}
			}
		}()
	}
}

func serve(form, port, root string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	if form == "echo" {
		return echo(listener)
	}
	return http.Serve(listener, http.FileServer(http.Dir(root)))
}

func main() {
	if len(os.Args) < 3 || (os.Args[1] != "echo" && os.Args[1] != "http") {
		fmt.Fprintln(os.Stderr, "server_go: it takes echo|http PORT [ROOT]")
		os.Exit(2)
	}
	root := "."
	if len(os.Args) > 3 {
		root = os.Args[3]
	}
	if err := serve(os.Args[1], os.Args[2], root); err != nil && err != io.EOF {
		fmt.Fprintln(os.Stderr, "server_go:", err)
		os.Exit(1)
	}
}
