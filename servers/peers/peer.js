// What the contract of docs/peers.md asks of a peer in Node.js: command line, ready line, errors, end.
'use strict';

const fs = require('fs');
const path = require('path');

const kOldestNode = 12;
const kEchoBacklog = 1024;
const kHttpBacklog = 128;  // as in the Syncless test
const kFlags = {'--host': 'host', '-p': 'port', '--port': 'port', '--backlog': 'backlog', '-r': 'root',
                '--root': 'root', '--access-log': 'log'};

function fail(message, code = 1) {
  fs.writeSync(2, `${path.basename(process.argv[1])}: ${message}\n`);
  process.exit(code);
}

function number(flag, text, least, most) {
  if (!/^\d{1,5}$/.test(text) || Number(text) < least || Number(text) > most) {
    fail(`argument ${flag}: '${text}' is out of range; ${least} to ${most} are accepted`, 2);
  }
  return Number(text);
}

// {form, host, port, ...} as texts.
function parse(words, forms) {
  const options = {host: '127.0.0.1', port: '0'};
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift();
    const [flag, joined] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
    if (flag === '--help' || flag === '-h') {
      console.log(`usage: ${forms.join('|')} ${Object.keys(kFlags).map((each) => `[${each} X]`).join(' ')} [--check]`);
      process.exit(0);
    } else if (word === '--check') {
      options.check = true;
    } else if (kFlags[flag] !== undefined) {
      const value = joined !== undefined ? joined : rest.shift();
      if (value === undefined) fail(`argument ${flag}: expected one argument`, 2);
      options[kFlags[flag]] = value;
    } else if (!word.startsWith('-') && options.form === undefined) {
      options.form = word;
    } else {
      fail(`unrecognized arguments: ${word} (--help lists what there is)`, 2);
    }
  }
  if (!forms.includes(options.form)) fail(`give one of ${forms.join(', ')} (--help lists what there is)`, 2);
  return options;
}

function readPage(root) {
  const file = path.join(root, 'index.html');
  try {
    return fs.readFileSync(file);
  } catch (error) {
    return fail(`--root: cannot read ${file}: ${error.message}`, 2);
  }
}

function openLog(name) {
  if (name === undefined) return undefined;
  if (name === '-') return 2;
  try {
    return fs.openSync(name, 'a');
  } catch (error) {
    return fail(`--access-log: cannot write ${name}: ${error.message}`, 2);
  }
}

const kReasons = {EADDRINUSE: 'Address already in use', EADDRNOTAVAIL: 'Cannot assign requested address',
                  EACCES: 'Permission denied'};

const endpoint = (host, port) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

function listen(server, options) {
  server.on('error', (error) => {
    const reason = kReasons[error.code] || error.message;
    fail(`cannot listen on ${endpoint(options.host, options.port)}: ${reason}`);
  });
  server.listen(options, () => {
    const {address, port} = server.address();
    fs.writeSync(2, `listening on ${endpoint(address, port)} (node, 1 worker)\n`);
  });
}

// Runs the one of `forms` (name -> function that makes a net.Server) that the command line names.
function run(forms) {
  if (Number(process.versions.node.split('.')[0]) < kOldestNode) {
    fail(`this is Node.js ${process.versions.node}; install nodejs ${kOldestNode} or newer`);
  }
  const given = parse(process.argv.slice(2), Object.keys(forms));
  const isEcho = given.form === 'echo';
  if (isEcho && (given.root || given.log)) fail('--root and --access-log are for HTTP', 2);
  const port = number('--port', given.port, 0, 65535);
  const backlog = given.backlog ? number('--backlog', given.backlog, 1, 65535)
                                : (isEcho ? kEchoBacklog : kHttpBacklog);
  if (given.check) process.exit(0);
  const page = isEcho ? undefined : readPage(given.root || '.');
  const log = openLog(given.log);
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
  const server = forms[given.form]({
    page,
    // A client's address, a line for each request.
    log: (client) => log !== undefined && fs.writeSync(log, `${client}\n`),
  });
  listen(server, {host: given.host, port, backlog});
}

module.exports = {run};
