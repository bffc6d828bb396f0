/** The go settings that decide where a module comes from and who vouches for it, as plain strings. */

/** Names of the settings that `FetchSettings` has. */
export const fetchSettingNames = [
  'GOPROXY',
  'GOPRIVATE',
  'GONOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GOINSECURE',
  'GOVCS',
  'GOAUTH',
  'GOFLAGS',
  'GOTOOLCHAIN',
  'GO111MODULE',
] as const

export type FetchSettingName = (typeof fetchSettingNames)[number]

/** Values as the go command ends up with: GONOPROXY and GONOSUMDB already have GOPRIVATE's where they have none of their own. */
export type FetchSettings = Readonly<Record<FetchSettingName, string>>
