import { defineConfig } from 'vitest/config';
import tests from '../../../vitest.config.ts';

export default defineConfig({
  ...tests,
  test: { include: ['apps/playground/bench/*.bench.ts'], testTimeout: 600_000, hookTimeout: 120_000 },
});
