/**
 * Loaded before the program: kills the process, as kill -9 does, just before the n-th call that DIE_AT names:
 * `<function of node:fs/promises> <last part of its last path> <n>`.
 */
import fs from 'node:fs/promises';
import { basename } from 'node:path';

const [name, file, at] = (process.env.DIE_AT ?? '').split(' ');
let counted = 0;

if (name !== '') {
  const real = fs[name];
  fs[name] = (...words) => {
    const path = words.filter((word) => typeof word === 'string' && !/^[a-z]+\+?$/.test(word)).at(-1);
    if (new RegExp(`^${file}$`).test(basename(path ?? ''))) counted += 1;
    if (counted === Number(at)) process.kill(process.pid, 'SIGKILL');
    return real.apply(fs, words);
  };
}
