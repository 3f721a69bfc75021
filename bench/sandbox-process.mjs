/** The sandbox in a process of its own, told by messages: `advance-day` makes the next day, `close` ends it. */
import { startSandbox } from '../dist/sandbox/sandbox.js';

const sandbox = await startSandbox(JSON.parse(process.argv[2]));
process.send({ url: sandbox.url, token: sandbox.token });
process.on('message', async (message) => {
  if (message === 'advance-day') sandbox.advanceDay();
  else await sandbox.close();
  process.send({ done: message });
  if (message === 'close') process.disconnect();
});
