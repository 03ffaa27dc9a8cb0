// A real exchange, and a browser that keeps cookies and follows no redirect by itself.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/// The lines of Set-Cookie: Debian's node 18 has a fetch without getSetCookie, which joins them.
export function cookieLines(headers) {
  const joined = headers.get('set-cookie');
  return joined === null ? [] : joined.split(/, *(?=[^;,=\s]+=)/);
}

export class Browser {
  cookies = new Map();

  async get(url, options = {}) {
    const target = new URL(url);
    const jar = this.cookies.get(target.host) ?? new Map();
    this.cookies.set(target.host, jar);
    const headers = { ...options.headers };
    if (jar.size > 0) headers.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(target, { ...options, headers, redirect: 'manual' });
    for (const line of cookieLines(answer.headers)) {
      const [pair] = line.split(';');
      const equals = pair.indexOf('=');
      const value = pair.slice(equals + 1);
      if (value === '' || /max-age=0/i.test(line)) jar.delete(pair.slice(0, equals));
      else jar.set(pair.slice(0, equals), value);
    }
    return answer;
  }
  /// Follows redirects until an address answers with something else, or `stop` says so.
  async follow(url, stop = () => false) {
    for (let steps = 0; steps < 20; ++steps) {
      const answer = await this.get(url);
      const location = answer.headers.get('location');
      if (!location) return { answer, url };
      url = new URL(location, url).href;
      if (stop(url)) return { url };
    }
    throw new Error('redirected for ever');
  }
}

export class Exchange {
  async start(penstock, port, providers) {
    this.folder = mkdtempSync(join(tmpdir(), 'penstock-oidc-'));
    this.url = `http://127.0.0.1:${port}`;
    const file = join(this.folder, 'providers.json');
    writeFileSync(file, JSON.stringify({ providers }), { mode: 0o600 });
    const portFile = join(this.folder, 'port');
    this.process = spawn(
      penstock,
      ['server', '--data', join(this.folder, 'data'), '--listen', `127.0.0.1:${port}`, '--port-file',
        portFile, '--public-url', this.url, '--oidc-file', file, '--free-space-min', '0',
        '--limit', 'sign-in=off'],
      { stdio: 'inherit' });
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      try {
        if ((await fetch(`${this.url}/healthz`)).ok) return;
      } catch { /* Not yet. */ }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the exchange did not start');
  }
  async stop() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true });
  }
  async call(method, request, key) {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
    if (key) headers.authorization = `Bearer ${key}`;
    const answer = await fetch(`${this.url}/penstock.v1.${method}`,
      { method: 'POST', headers, body: JSON.stringify(request) });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(body)}`);
    return body;
  }
}

/// What an error's body says for machines.
export async function reasonOf(answer) {
  const text = await answer.text();
  const reason = /"reason":"([A-Z_]+)"/.exec(text);
  return reason ? reason[1] : text;
}
