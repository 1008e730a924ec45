import { createServer, type RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpFetch } from '../../src/slack/http-fetch.ts';
import { listenOnLoopback } from '../support/ports.ts';

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const port = await listenOnLoopback(server);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}`;
}

const POST = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'größer' };

describe('fetch on node:http', () => {
  test('sends method, path, headers and body, and gives status, headers and body', async () => {
    const url = await serving((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const { method, url, headers } = request;
        response.writeHead(418, 'Short and stout', { 'Retry-After': '7' });
        response.end(JSON.stringify({ method, url, type: headers['content-type'], body }));
      });
    });
    const response = await httpFetch(`${url}/api/chat.update?x=1`, POST);
    expect(response).toMatchObject({ status: 418, statusText: 'Short and stout', ok: false });
    expect(response.headers.get('Retry-After')).toBe('7');
    expect(response.headers.get('x-none')).toBeNull();
    expect(Object.fromEntries(response.headers.entries())).toMatchObject({ 'retry-after': '7' });
    const sent = { method: 'POST', url: '/api/chat.update?x=1', type: 'text/plain', body: 'größer' };
    expect(await response.json()).toEqual(sent);
    expect(JSON.parse(await response.text())).toEqual(sent);
  });

  test('follows no redirect', async () => {
    const url = await serving((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect(await httpFetch(url, POST)).toMatchObject({ status: 302, ok: false });
  });

  test('gives up when it is told to, before the answer and in the middle of it', async () => {
    const silent = await serving(() => {});
    const signal = AbortSignal.timeout(20);
    await expect(httpFetch(silent, { ...POST, signal })).rejects.toMatchObject({ name: 'TimeoutError' });

    const controller = new AbortController();
    const halting = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun', () => controller.abort(new Error('no more')));
    });
    await expect(httpFetch(halting, { ...POST, signal: controller.signal })).rejects.toThrow('no more');
  });

  test('fails where nobody listens, and where the answer breaks off', async () => {
    await expect(httpFetch('http://127.0.0.1:1/', POST)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const breaking = await serving((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun', () => request.socket.destroy());
    });
    await expect(httpFetch(breaking, POST)).rejects.toThrow();
  });

  test('sends nothing but text', async () => {
    await expect(httpFetch('http://127.0.0.1:1/', { method: 'POST', body: new FormData() })).rejects.toThrow(
      TypeError,
    );
  });
});
