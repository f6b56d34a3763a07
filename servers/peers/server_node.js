// Node.js: callbacks over libuv; HTTP as its own http module.
'use strict';

const http = require('http');
const net = require('net');
const {run} = require('./peer.js');

function echoServer() {
  return net.createServer({allowHalfOpen: true}, (socket) => {
    socket.setNoDelay();
    socket.on('error', () => socket.destroy());  // the client is gone
    socket.pipe(socket);  // which also holds back a client that does not read, and ends after its end
  });
}

function httpServer({page, log}) {
  const server = http.createServer((request, response) => {
    log(request.socket.remoteAddress);
    const path = request.url.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(response, 405, '405 Method Not Allowed\n', {Allow: 'GET, HEAD', Connection: 'close'});
    } else if (path === '/' || path === '/index.html') {
      answer(response, 200, page);
    } else {
      answer(response, 404, 'not found\n');
    }
  });
  server.on('connection', (socket) => socket.setNoDelay());
  return server;
}

function answer(response, status, body, fields = {}) {
  response.writeHead(status, {Server: 'node', 'Content-Type': 'text/html', 'Content-Length': body.length, ...fields});
  response.end(body);
}

run({echo: echoServer, http: httpServer});
