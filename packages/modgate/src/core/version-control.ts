/** The version control systems that modgate has a name for. */

export const versionControls = ['git', 'hg', 'svn', 'fossil'] as const
export type VersionControl = (typeof versionControls)[number]
