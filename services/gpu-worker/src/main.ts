#!/usr/bin/env node
import { runService } from '@drivesweep/service-kit';
import { serve } from './serve.ts';

await runService({ service: 'gpu-worker' }, serve);
