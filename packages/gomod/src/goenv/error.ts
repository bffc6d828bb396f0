/** A setting that the go command would refuse, with the message that it would print. It holds no password. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly setting: 'GOPROXY' | 'GOSUMDB'

  constructor(setting: 'GOPROXY' | 'GOSUMDB', message: string, options?: ErrorOptions) {
    super(message, options)
    this.setting = setting
  }
}
