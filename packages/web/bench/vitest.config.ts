import { defineConfig } from 'vitest/config';
import tests from '../../../vitest.config.ts';

export default defineConfig({
  ...tests,
  test: { include: ['packages/web/bench/*.bench.ts'], testTimeout: 600_000 },
});
