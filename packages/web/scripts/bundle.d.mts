export declare function bundle(options: { folder: string; minify?: boolean }): Promise<void>;
