export async function readmeTable(): Promise<void> {}
