import type { Command } from 'commander';
import type { CommandContext } from './command.ts';

export function addGenerateCommand(_drives: Command, _context: CommandContext): void {}
