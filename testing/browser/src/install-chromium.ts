import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Chromium lies, and what it needs to start. */
export interface InstalledChromium {
  readonly executablePath: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Unpacks the Chromium inside `@sparticuz/chromium`, once per version and machine, without network.
 *
 * `BELTLINE_CHROMIUM` names another executable: for machines that the package has no Chromium for.
 *
 * @throws Error if there is no Chromium for this machine.
 */
export function installChromium(): InstalledChromium {
  const { BELTLINE_CHROMIUM: own } = process.env;
  if (own) {
    if (!existsSync(own)) throw new Error(`BELTLINE_CHROMIUM names ${own}, which is not there`);
    return { executablePath: own, environment: {} };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `@sparticuz/chromium has no Chromium for ${process.platform} on ${process.arch}: set BELTLINE_CHROMIUM to the path of a Chromium or Chrome executable`,
    );
  }
  const folder = join(tmpdir(), `beltline-chromium-${packageVersion()}`);
  if (!existsSync(folder)) unpackInto(folder);
  writeFontConfiguration(folder);
  return {
    executablePath: join(folder, 'chromium'),
    // Its own copies of libraries that a bare machine lacks, and fonts.
    environment: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

/** The package's own names folders that are not there; without any font Chromium crashes at the first text field. */
function writeFontConfiguration(folder: string): void {
  const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts', 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
  writeFileSync(join(folder, 'fonts.conf'), configuration);
}

function packageVersion(): string {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  let folder = dirname(entry);
  while (!existsSync(join(folder, 'bin', 'chromium.br'))) {
    if (folder === dirname(folder)) throw new Error('@sparticuz/chromium is not complete: install it anew');
    folder = dirname(folder);
  }
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

/** Unpacks beside the folder and moves it there at once, since several test runs may start together. */
function unpackInto(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const staging = mkdtempSync(`${folder}-`);
  try {
    // The package unpacks into the temporary folder, and its libraries only where it believes to be on Lambda.
    const script = "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())";
    const { status, stderr } = spawnSync(process.execPath, ['--eval', script], {
      cwd: dirname(fileURLToPath(import.meta.url)),
      env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`@sparticuz/chromium could not be unpacked: ${stderr}`);
    renameSync(staging, folder);
  } catch (cause) {
    rmSync(staging, { recursive: true, force: true });
    // Another run was quicker: its copy is as good.
    if (!existsSync(folder)) throw cause;
  }
}
