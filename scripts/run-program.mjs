import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Tells the command line and runs the program; ends this one when it fails. Arguments may be numbers. */
export async function run(program, ...given) {
  const args = given.map(String);
  await ended(program, args, spawn(program, args, { stdio: 'inherit' }));
}

/** The same for a program whose standard output is the result. */
export async function outputOf(program, ...args) {
  const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), ended(program, args, child)]);
  return output;
}

async function ended(program, args, child) {
  process.stderr.write(`$ ${[program, ...args].join(' ')}\n`);
  const [code, signal] = await once(child, 'close');
  if (code === 0) return;
  process.stderr.write(`${program} ${args[0]} ended with ${code ?? signal}\n`);
  process.exit(code ?? 1);
}
