// Calls a server with the official Connect client, in JSON and in binary.
//
// node client.mjs BASE_URL example       every shape of call, against example_server
// node client.mjs BASE_URL exchange KEY WORKLOAD   against a real server, as the buyer whose
//                                        finished workload it is
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {Code, ConnectError, createClient} from '@connectrpc/connect';
import {createConnectTransport} from '@connectrpc/connect-node';
import {ContractService} from './generated/penstock/v1/contract_pb.js';
import {LedgerService} from './generated/penstock/v1/ledger_pb.js';
import {SystemService} from './generated/penstock/v1/system_pb.js';
import {TaskService} from './generated/penstock/v1/task_pb.js';
import {ErrorDetailSchema} from './generated/penstock/v1/types_pb.js';

const [baseUrl, mode, key, workload] = process.argv.slice(2);

async function rejected(promise) {
  try {
    await promise;
  } catch (error) {
    return ConnectError.from(error);
  }
  assert.fail('the call was not refused');
}

async function checkUnary(contract, system) {
  const placed = await contract.placeOrder(
      {
        lines: [{product: '产品_1', cores: 4, term: {startNs: -1n, endNs: 9223372036854775807n}}],
        maxTotal: {micros: 12n, currency: 'CNY'},
      },
      {headers: {'Idempotency-Key': 'k7'}});
  assert.equal(placed.order, 'ord_k7');
  assert.deepEqual(placed.contracts, ['产品_1']);
  assert.equal(placed.held.micros, 12n);
  const status = await system.getStatus({});
  assert.equal(status.lastSequence, 18446744073709551615n);

  const error = await rejected(contract.placeOrder({}));
  assert.equal(error.code, Code.FailedPrecondition);
  const [detail] = error.findDetails(ErrorDetailSchema);
  assert.equal(detail.reason, 'EXAMPLE_REFUSAL');
  assert.equal(detail.field, 'lines');
  assert.equal(detail.number, 13199);
}

async function checkBytesAndTimeouts(task) {
  const log = await task.readLog({task: 'task_1', offset: 5n}, {timeoutMs: 5000});
  assert.equal(Buffer.from(log.text).toString(), 'log of task_1');
  assert.equal(log.nextOffset, 6n);
}

async function checkStreams(task) {
  const seen = [];
  for await (const message of task.watchWorkload({workload: 'wl_1'}))
    seen.push(message.workload.succeeded);
  assert.deepEqual(seen, [1, 2, 3]);

  seen.length = 0;
  const error = await rejected((async () => {
    for await (const message of task.watchWorkload({workload: 'wl_0'}))
      seen.push(message.workload.succeeded);
  })());
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(error.code, Code.FailedPrecondition);
  assert.equal(error.findDetails(ErrorDetailSchema)[0].reason, 'EXAMPLE_REFUSAL');

  // A stream that never ends: leave it after its third message.
  const stop = new AbortController();
  const left = await rejected((async () => {
    for await (const message of task.watchWorkload({workload: 'wl_9'}, {signal: stop.signal}))
      if (message.workload.succeeded === 3) stop.abort();
  })());
  assert.equal(left.code, Code.Canceled);
}

// Questions, a command twice under one key, a refusal with its details, and a stream to its end.
async function checkExchange(ledger, task) {
  const before = await ledger.getBalance({});
  assert.equal(before.available.currency, 'CNY');
  const headers = {'Idempotency-Key': randomUUID()};
  const amount = {amount: {micros: 5_000_000n, currency: 'CNY'}};
  const first = await ledger.requestTopUp(amount, {headers});
  assert.match(first.topUp, /^topup_/);
  assert.equal((await ledger.requestTopUp(amount, {headers})).topUp, first.topUp);
  const other = await rejected(
      ledger.requestTopUp({amount: {micros: 1_000_000n, currency: 'CNY'}}, {headers}));
  assert.notEqual(other.findDetails(ErrorDetailSchema)[0].number, 0);

  const absent = await rejected(task.getWorkload({workload: 'wl_999999'}));
  assert.equal(absent.findDetails(ErrorDetailSchema)[0].field, 'workload');

  let last;
  for await (const message of task.watchWorkload({workload})) last = message;
  assert.equal(last.workload.id, workload);
  assert.equal(last.workload.succeeded, last.tasks.length);
}

async function checkAnyServer(system) {
  const status = await system.getStatus({});
  assert.notEqual(status.version, '');
}

for (const useBinaryFormat of [false, true]) {
  const authorize = (next) => (request) => {
    if (key) request.header.set('Authorization', `Bearer ${key}`);
    return next(request);
  };
  const transport = createConnectTransport(
      {baseUrl, httpVersion: '1.1', useBinaryFormat, interceptors: [authorize]});
  const system = createClient(SystemService, transport);
  await checkAnyServer(system);
  if (mode === 'example') {
    const task = createClient(TaskService, transport);
    await checkUnary(createClient(ContractService, transport), system);
    await checkBytesAndTimeouts(task);
    await checkStreams(task);
  }
  if (mode === 'exchange') {
    assert.ok(key && workload);
    await checkExchange(createClient(LedgerService, transport), createClient(TaskService, transport));
  }
  console.log(`${useBinaryFormat ? 'binary' : 'JSON'}: good`);
}
process.exit(0);
