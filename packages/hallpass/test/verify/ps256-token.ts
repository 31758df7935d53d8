/** Signed once with Node.js: not every runtime that verifies PS256 can also sign it. Its private key was thrown away. */
export const ps256 = {
  jwk: {
    kty: 'RSA',
    kid: 'written-down',
    alg: 'PS256',
    use: 'sig',
    e: 'AQAB',
    n: [
      'u-fpvJhrz5E9Wr-qL89ckYZnM_peuJvBQK8Z6pIdcJYpuPZBPYZmFQJM2C9FYGqoCgplBghql0oDbkovwlAwS6TFXmXeiMMwd-By',
      'KEao8gE4m-3W717QxiL4bEhKePTutM3c0e62QhN440ttGmXwBC315xqh_wQ2KWrE9ZljjYf9jPQVXkIZ1sqOBqW8yE670CiWWHZh',
      'QCUiL1QR_d6OcVgrVIDcRUV9EvJNZUGdKSvmiQn1iEg5EAPaz9kAWA8Zn-6K9Du6IKgw4l-j8C9FjpGgVER--p8CqF42gHUVSHKE',
      'wsUHN_mIzRxySS1_lQdAQ_x9NPok3eTWfHuI4kVENw',
    ].join(''),
  },
  token: [
    'eyJhbGciOiJQUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IndyaXR0ZW4tZG93biJ9.eyJpc3MiOiJodHRwczovL2FwcC5leGF',
    'tcGxlIiwic3ViIjoidV80MiIsImF1ZCI6Imh0dHBzOi8vYXBpLmV4YW1wbGUiLCJleHAiOjE4MDAwMDAzMDAsImlhdCI6MTgwMDA',
    'wMDAwMCwianRpIjoidF8xIiwiY2xpZW50X2lkIjoid2ViIiwicm9sZXMiOlsicmVhZGVyIl19.kCIhzOrgZwfO_OamRu-1zz2rQo',
    'uZPiV4Dis7_onbzNiWcm1PTSz6M05eKV7h_QR6aOjGu6fZE28Qxq44lo21fQierG4iFIo_2v_KCU-54uJwhD_U1yl3qBjIPmwdZp',
    'p_COxr3R_5puH0neBpYlQ9LYra203gRXFi_-q7pOEgDCiYaisrQIapLvAm_-O3SJMfGA33u10zfXuUqgmKB58m_qSvsWoSMpyNqE',
    'VM5E0QoVqqg0CXLyDCeky_CY5uvsZikZCpJFMJykYVDBKy5DVC1U6eCMUNAPlBXcnu1WdMKb0hmKHBCepgZK-nvoknJ5cl8AZvsu',
    '3WIVIgupsoLmG8Xg',
  ].join(''),
}
