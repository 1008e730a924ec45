import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', ['json', { outputFile: 'artifacts/vitest.json' }]],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
