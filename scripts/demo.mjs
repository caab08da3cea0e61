/** Installs, builds, and answers a question over several documents in both modes; arguments go to `beltline run`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

prepare('Installing', 'setup');
prepare('Building', 'build');
const question = process.argv.length > 2 ? process.argv.slice(2) : ['--file', 'examples/documents.txt'];
const { status } = spawnSync(
  process.execPath,
  ['apps/cli/dist/main.js', 'run', '--mode', 'compare', ...question],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;

/** Runs an npm script and shows its output only if it fails. */
function prepare(what, script) {
  process.stderr.write(`${what} ...`);
  const startedAt = Date.now();
  const { status, stdout, stderr } = spawnSync(npm, ['run', '--silent', script], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  if (status !== 0) {
    process.stderr.write(` failed\n${stdout}${stderr}`);
    process.exit(1);
  }
  process.stderr.write(` ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`);
}
