/**
 * The sandbox in a process of its own, told by messages: `advance-day` makes the next day, `requests` answers with the
 * requests since it was last asked, by endpoint, `worked` with the ms that its threads have worked, and `close` ends it.
 */
import { startSandbox } from '../dist/sandbox/sandbox.js';

const sandbox = await startSandbox(JSON.parse(process.argv[2]));
process.send({ url: sandbox.url, token: sandbox.token });
process.on('message', async (message) => {
  const answer = { 'advance-day': advanceDay, requests, worked, close: () => sandbox.close() }[message];
  process.send((await answer()) ?? {});
  if (message === 'close') process.disconnect();
});

function advanceDay() {
  sandbox.advanceDay();
}

function worked() {
  const { user, system } = process.cpuUsage();
  return { ms: (user + system) / 1000 };
}

function requests() {
  const counts = sandbox.requests.byEndpoint;
  sandbox.requests.clear();
  return counts;
}
