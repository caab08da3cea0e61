export declare function bundleWorker(options: { folder: string; minify?: boolean }): Promise<void>;
