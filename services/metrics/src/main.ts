#!/usr/bin/env node
import { runService } from '@drivesweep/service-kit';

// Each command loads what it needs: an export starts several processes, and queues and reports are no part of it.
const [command, ...args] = process.argv.slice(2);
if (command === 'score') {
  const { scoreOnce } = await import('./score-once.ts');
  process.exitCode = await scoreOnce(args, process.env);
} else if (command === 'export') {
  const { exportOnce } = await import('./export/export-once.ts');
  process.exitCode = await exportOnce(args, process.env);
} else {
  const { serve } = await import('./serve.ts');
  await runService({ service: 'metrics' }, serve);
}
