#!/usr/bin/env node
import { runService } from '@drivesweep/service-kit';
import { startCoordinator } from './start-coordinator.ts';

await runService({ service: 'coordinator' }, startCoordinator);
