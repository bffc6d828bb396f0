/** Settings that advice on the net names and that the go command does not have, with what was meant. */

export interface Imaginary {
  /** Over `NAME=value`. */
  readonly finds: RegExp
  /** What is false, as the end of a sentence about the setting. */
  readonly words: string
  readonly instead: string
}

export const imaginarySettings: readonly Imaginary[] = [
  {
    finds: /^(GONOSUMCHECK|GONOCHECKSUM|GONOSUM|GOCHECKSUM|GOSUMCHECK|GONOVERIFY)=/,
    words: 'does nothing: the go command has no such variable, and verifies as before',
    instead: 'Put the private prefixes into GONOSUMDB, or into GOPRIVATE; go.sum is checked in any case.',
  },
  {
    finds: /^GOSUMDB=.*\+insecure\b/,
    words: 'is no way to skip the checksum database: it cannot be read, and every new module fails',
    instead: 'Put the private prefixes into GONOSUMDB.',
  },
  {
    finds: /^GOSUMDB=\S+\+https?:/,
    words: 'joins a name and a URL by a plus, where go wants a space',
    instead: 'Write the name or key, a space, and the URL, in quotes.',
  },
  {
    finds: /^GODEBUG=(.*,)?httpclient=/,
    words: 'does nothing: there is no such option, and unknown ones are ignored',
    instead: 'Use -x to see every request, or GODEBUG=http2debug=1 for HTTP/2.',
  },
  {
    finds: /^GOFLAGS=(.*\s)?--?insecure\b/,
    words: 'does nothing for most commands: the flag is gone',
    instead: 'Name the host in GOINSECURE, which counts for direct downloads only.',
  },
  {
    finds: /^(GOINSECUREPROXY|GOPROXYINSECURE|GOTLSINSECURE|GOSKIPTLS|GOTLSVERIFY)=/,
    words: 'does nothing: the go command always checks the certificate of a proxy',
    instead: 'Add the authority that signed the certificate to this machine, or name it in SSL_CERT_FILE.',
  },
  {
    finds: /^(GOPROXYTIMEOUT|GOPROXY_TIMEOUT|GOTIMEOUT|GOHTTPTIMEOUT)=/,
    words: 'does nothing: the go command has no timeout for answers',
    instead: 'Put a timeout around the command, as timeout(1) does.',
  },
  {
    finds: /^(GOMODPROXY|GO_PROXY|GOPROXYURL|GO_MOD_PROXY)=/,
    words: 'does nothing: the variable is called GOPROXY',
    instead: 'Set GOPROXY.',
  },
  {
    finds: /^(GO_PRIVATE|GOPRIVATES|GOPRIVATEMODULES)=/,
    words: 'does nothing: the variable is called GOPRIVATE',
    instead: 'Set GOPRIVATE.',
  },
]
