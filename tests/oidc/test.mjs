// Signs in with oidc-provider, unmodified, and tries what a liar could.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import Provider from 'oidc-provider';
import { Browser, Exchange, cookieLines, freePort, reasonOf } from './exchange.mjs';
import { Liar } from './liar.mjs';

const port = await freePort();
const callback = `http://127.0.0.1:${port}/oidc/callback`;
const providerPort = await freePort();
const issuer = `http://127.0.0.1:${providerPort}`;
const clientSecret = 'a secret: with signs & blanks, over 32 characters';
const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(issuer, {
  clients: [{ client_id: 'penstock', client_secret: clientSecret, redirect_uris: [callback],
    grant_types: ['authorization_code'], response_types: ['code'] }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'first', use: 'sig', alg: 'RS256' }] },
  cookies: { keys: ['only for this test'] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  async findAccount(context, id) {
    return { accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.test`, email_verified: true }) };
  },
});
const log = console.warn;
console.warn = () => {};  // It warns of what is only for tests.
const server = provider.listen(providerPort, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
console.warn = log;

const liar = new Liar();
await liar.start();
const key = liar.newKey('one');
liar.keys = [key];

const exchange = new Exchange();
await exchange.start(process.argv[2], port, [
  { name: 'real', issuer, client_id: 'penstock', client_secret: clientSecret },
  { name: 'liar', issuer: liar.issuer, client_id: 'penstock-liar', client_secret: 'liar secret' },
  { name: 'other-party', issuer: `${liar.issuer}`, client_id: 'penstock-liar', client_secret: 's',
    party: 'party_1' },
]);

/// Goes through the provider's own pages, to the address that it sends the browser back to.
async function signInAtProvider(browser, login) {
  let { url } = await browser.follow(`${exchange.url}/oidc/start?provider=real`);
  for (const fields of [{ prompt: 'login', login, password: 'x' }, { prompt: 'consent' }]) {
    const posted = await browser.get(url, { method: 'POST', body: new URLSearchParams(fields) });
    const next = await browser.follow(new URL(posted.headers.get('location'), url).href,
      (address) => address.startsWith(callback));
    url = next.url;
    if (url.startsWith(callback)) return url;
  }
  throw new Error(`the provider did not send the browser back, but to ${url}`);
}

/// A sign-in with the liar up to the callback; `lie` makes the token from the nonce.
async function signInWithLiar(lie, { browser = new Browser(), extra = '', name = 'liar' } = {}) {
  const start = await browser.get(`${exchange.url}/oidc/start?provider=${name}`);
  const asked = new URL(start.headers.get('location')).searchParams;
  liar.token = () => lie(asked.get('nonce'));
  const answer = await browser.get(`${callback}?code=c&state=${asked.get('state')}${extra}`);
  return { answer, asked, browser };
}

async function refused(lie, reason, options) {
  const { answer, browser } = await signInWithLiar(lie, options);
  assert.equal(await reasonOf(answer), reason);
  const session = await browser.get(`${exchange.url}/v1/session`);
  assert.equal(session.status, 401, 'a refused sign-in left a session behind');
}

const tests = {
  async 'signs a person in whom a real provider vouches for'() {
    const browser = new Browser();
    const back = await signInAtProvider(browser, 'alice');
    const answer = await browser.get(back);
    assert.equal(answer.status, 200, await answer.clone().text());
    const cookies = cookieLines(answer.headers).join('\n');
    assert.match(cookies, /penstock_session=[^\n]*HttpOnly[^\n]*SameSite=Strict/);
    const session = await (await browser.get(`${exchange.url}/v1/session`)).json();
    assert.equal(session.person.email, 'alice@example.test');
    assert.equal(session.session.means, 'SIGN_IN_OIDC');
    const again = await browser.get(back);
    assert.equal(await reasonOf(again), 'OIDC_FLOW_INVALID', 'a state counted twice');
  },
  async 'knows nobody who was not invited'() {
    const browser = new Browser();
    const answer = await browser.get(await signInAtProvider(browser, 'mallory'));
    assert.equal(await reasonOf(answer), 'OIDC_PERSON_UNKNOWN');
  },
  async 'takes an answer only in the browser that asked'() {
    const back = await signInAtProvider(new Browser(), 'alice');
    assert.equal(await reasonOf(await new Browser().get(back)), 'OIDC_FLOW_INVALID');
  },
  async 'takes no code twice, nor one of another sign-in'() {
    const browser = new Browser();
    const back = new URL(await signInAtProvider(browser, 'alice'));
    const code = back.searchParams.get('code');
    assert.equal((await browser.get(back.href)).status, 200);
    const start = await browser.get(`${exchange.url}/oidc/start?provider=real`);
    const state = new URL(start.headers.get('location')).searchParams.get('state');
    const answer = await browser.get(`${callback}?code=${code}&state=${state}`);
    assert.equal(await reasonOf(answer), 'OIDC_PROVIDER_REFUSED');
  },
  async 'believes a liar who tells the truth, and proves itself to him'() {
    const { answer, asked } = await signInWithLiar((nonce) => liar.sign(liar.claims(nonce), key));
    assert.equal(answer.status, 200, await answer.clone().text());
    const { body, authorization } = liar.requests.at(-1);
    const digest = crypto.createHash('sha256').update(body.get('code_verifier')).digest('base64url');
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.equal(digest, asked.get('code_challenge'));
    assert.equal(body.get('redirect_uri'), callback);
    assert.equal(authorization, `Basic ${btoa('penstock-liar:liar%20secret')}`);
  },
  async 'knows the account again, whatever address it has now'() {
    const { answer, browser } = await signInWithLiar((nonce) =>
      liar.sign(liar.claims(nonce, { email: 'alice@example.test' }), key));
    assert.equal(answer.status, 200);
    const session = await (await browser.get(`${exchange.url}/v1/session`)).json();
    assert.equal(session.person.email, 'bob@example.test');
  },
  async 'refuses a token for somebody else'() {
    await refused((nonce) => liar.sign(liar.claims(nonce, { aud: 'another' }), key), 'OIDC_TOKEN_INVALID');
    await refused((nonce) => liar.sign(liar.claims(nonce, { aud: ['penstock-liar', 'another'] }), key),
      'OIDC_TOKEN_INVALID');
  },
  async 'refuses a token that has expired'() {
    await refused((nonce) => liar.sign(liar.claims(nonce, { exp: Math.floor(Date.now() / 1000) - 61 }), key),
      'OIDC_TOKEN_INVALID');
  },
  async 'refuses a token of another issuer'() {
    await refused((nonce) => liar.sign(liar.claims(nonce, { iss: issuer }), key), 'OIDC_TOKEN_INVALID');
  },
  async 'refuses a token without a signature'() {
    await refused((nonce) => liar.signNone(liar.claims(nonce), key), 'OIDC_TOKEN_INVALID');
  },
  async 'refuses a token signed with the public key as a secret'() {
    const pem = key.publicKey.export({ format: 'pem', type: 'spki' });
    const modulus = Buffer.from(key.publicKey.export({ format: 'jwk' }).n, 'base64url');
    for (const secret of [pem, pem.trim(), modulus])
      await refused((nonce) => liar.signHmac(liar.claims(nonce), key, secret), 'OIDC_TOKEN_INVALID');
  },
  async 'refuses a nonce that is missing, wrong or of an earlier sign-in'() {
    let earlier = '';
    await signInWithLiar((nonce) => liar.sign(liar.claims((earlier = nonce)), key));
    for (const nonce of [undefined, '', 'wrong', earlier])
      await refused(() => liar.sign(liar.claims(nonce), key), 'OIDC_TOKEN_INVALID');
  },
  async 'refuses a key that the provider does not have'() {
    const strange = { ...liar.newKey('one') };
    await refused((nonce) => liar.sign(liar.claims(nonce), strange), 'OIDC_TOKEN_INVALID');
    await refused((nonce) => liar.sign(liar.claims(nonce), { ...strange, kid: 'unknown' }),
      'OIDC_TOKEN_INVALID');
  },
  async 'believes no address that was not verified'() {
    const unverified = { sub: 'sub-of-nobody', email: 'alice@example.test', email_verified: false };
    await refused((nonce) => liar.sign(liar.claims(nonce, unverified), key), 'OIDC_PERSON_UNKNOWN');
  },
  async 'signs nobody in by the provider of another party'() {
    await refused((nonce) => liar.sign(liar.claims(nonce), key), 'OIDC_PERSON_UNKNOWN',
      { name: 'other-party' });
  },
  async 'refuses an answer that another provider gave'() {
    await refused((nonce) => liar.sign(liar.claims(nonce), key), 'OIDC_FLOW_INVALID',
      { extra: `&iss=${encodeURIComponent(issuer)}` });
  },
  async 'follows the provider to new keys, and off the old ones'() {
    const fresh = liar.newKey('two');
    liar.keys = [fresh];
    const deadline = Date.now() + 20_000;
    let status = 0;
    while (status !== 200 && Date.now() < deadline)
      status = (await signInWithLiar((nonce) => liar.sign(liar.claims(nonce), fresh))).answer.status;
    assert.equal(status, 200);
    await refused((nonce) => liar.sign(liar.claims(nonce), key), 'OIDC_TOKEN_INVALID');
  },
  async 'knows no provider that was not set up, and no state that it did not draw'() {
    const browser = new Browser();
    assert.equal(await reasonOf(await browser.get(`${exchange.url}/oidc/start?provider=x`)),
      'OIDC_PROVIDER_UNKNOWN');
    assert.equal(await reasonOf(await browser.get(`${callback}?code=c&state=${'a'.repeat(43)}`)),
      'OIDC_FLOW_INVALID');
    assert.equal(await reasonOf(await browser.get(callback)), 'OIDC_FLOW_INVALID');
  },
  async 'ends the session of who is removed, and knows the account no more'() {
    const { browser } = await signInWithLiar((nonce) => liar.sign(liar.claims(nonce), liar.keys[0]));
    const session = await (await browser.get(`${exchange.url}/v1/session`)).json();
    await exchange.call('IdentityService/RemoveUser', { user: session.session.user }, buyer.secret);
    assert.equal((await browser.get(`${exchange.url}/v1/session`)).status, 401);
    await refused((nonce) => liar.sign(liar.claims(nonce), liar.keys[0]), 'OIDC_PERSON_UNKNOWN');
  },
};

let buyer;
let failed = 0;
try {
  buyer = await exchange.call('PartyService/RegisterParty', { name: 'Buyer', roles: ['ROLE_BUYER'] });
  for (const name of ['alice', 'bob'])
    await exchange.call('IdentityService/AddUser',
      { email: `${name}@example.test`, name, roles: ['USER_VIEWER'] }, buyer.secret);
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`OK ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}: ${error.stack}`);
    }
  }
} finally {
  await exchange.stop();
  liar.stop();
  server.closeAllConnections();
  server.close();
}
process.exit(failed === 0 ? 0 : 1);
