/** The most bytes that a module zip may have, and the most that its files may have together (the go command's limit). */
export const maxZipFile = 500 << 20

/** The most bytes of the go.mod file at the root of a module zip. */
export const maxGoMod = 16 << 20

/** The most bytes of the LICENSE file at the root of a module zip. */
export const maxLicense = 16 << 20
