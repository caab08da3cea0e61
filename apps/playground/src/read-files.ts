/** The files that were dropped, folders opened, by their paths below the dropped folder. */
export async function readDrop({ items }: DataTransfer): Promise<Record<string, File>> {
  // All entries at once: the list is empty after the event.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files: Record<string, File> = {};
  for (const entry of entries) {
    if (entry.isDirectory) {
      for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await read(child, '', files);
    } else await read(entry, '', files);
  }
  return files;
}

async function read(entry: FileSystemEntry, folder: string, files: Record<string, File>): Promise<void> {
  const path = `${folder}${entry.name}`;
  if (entry.isDirectory) {
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry))
      await read(child, `${path}/`, files);
    return;
  }
  files[path] = await new Promise<File>((resolve, reject) => {
    (entry as FileSystemFileEntry).file(resolve, reject);
  });
}

/** Browsers hand over a hundred at a time. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  while (true) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
