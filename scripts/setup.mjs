/** Installs the workspace with the pnpm version that package.json names: Node and npm are all a machine needs. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const install = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'];
const { status, error } = spawnSync('npx', ['--yes', packageManager, ...install], {
  cwd: new URL('..', import.meta.url),
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (error) throw error;
process.exitCode = status ?? 1;
