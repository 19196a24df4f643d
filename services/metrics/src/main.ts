#!/usr/bin/env node
import { runService } from '@drivesweep/service-kit';
import { exportOnce } from './export/export-once.ts';
import { scoreOnce } from './score-once.ts';
import { serve } from './serve.ts';

const [command, ...args] = process.argv.slice(2);
if (command === 'score') process.exitCode = await scoreOnce(args, process.env);
else if (command === 'export') process.exitCode = await exportOnce(args, process.env);
else await runService({ service: 'metrics' }, serve);
