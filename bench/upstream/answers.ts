/** Where the answer to a path is; bytes, a file, or only a status. */
export type Answers = (path: string) => Promise<Uint8Array | string | number>
