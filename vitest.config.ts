import { defineConfig } from 'vitest/config';

/** Tests run on the sources: no build is needed, and no stale one can be tested by mistake. */
const conditions = ['beltline-source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
