// Loaded into a function's process with NODE_OPTIONS=--import: at each request, writes to LOADED_REPORT what has been
// read with `readFileSync`, as both our loader and Node's own do, and which of Node's own modules have been loaded.
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';

const { readFileSync, writeFileSync } = fs;
const files = [];
fs.readFileSync = (path, ...rest) => {
  files.push(String(path));
  return readFileSync(path, ...rest);
};
subscribe('http.server.request.start', () => {
  writeFileSync(process.env.LOADED_REPORT, JSON.stringify({ files, builtins: process.moduleLoadList }));
});
