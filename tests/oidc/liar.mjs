// An OpenID provider that answers whatever the test wants.
import crypto from 'node:crypto';
import { createServer } from 'node:http';

const encode = (value) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export class Liar {
  keys = [];
  requests = [];
  /// Makes the ID token for a nonce; set by the test.
  token = () => '';

  async start() {
    this.server = createServer((request, response) => this.answer(request, response));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${this.server.address().port}`;
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
  newKey(kid) {
    const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { kid, ...pair };
  }
  claims(nonce, changes = {}) {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, aud: 'penstock-liar', sub: 'sub-of-bob', nonce, iat: now, exp: now + 300,
      email: 'bob@example.test', email_verified: true, ...changes };
  }
  sign(claims, key, header = {}) {
    const text = `${encode({ alg: 'RS256', kid: key.kid, ...header })}.${encode(claims)}`;
    return `${text}.${crypto.sign('sha256', Buffer.from(text), key.privateKey).toString('base64url')}`;
  }
  signNone(claims, key) {
    return `${encode({ alg: 'none', kid: key.kid })}.${encode(claims)}.`;
  }
  /// With the public key, which everybody knows, as if it were a secret.
  signHmac(claims, key, secret) {
    const text = `${encode({ alg: 'HS256', kid: key.kid })}.${encode(claims)}`;
    return `${text}.${crypto.createHmac('sha256', secret).update(text).digest('base64url')}`;
  }
  async answer(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    const send = (value) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(value));
    };
    switch (new URL(request.url, this.issuer).pathname) {
      case '/.well-known/openid-configuration':
        return send({ issuer: this.issuer, authorization_endpoint: `${this.issuer}/auth`,
          token_endpoint: `${this.issuer}/token`, jwks_uri: `${this.issuer}/keys` });
      case '/keys':
        return send({ keys: this.keys.map((key) =>
          ({ ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig' })) });
      case '/token':
        this.requests.push({ body: new URLSearchParams(body), authorization: request.headers.authorization });
        return send({ token_type: 'Bearer', access_token: 'a', id_token: this.token() });
      default:
        response.statusCode = 404;
        response.end();
    }
  }
}
