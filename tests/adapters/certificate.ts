/** A certificate for localhost and 127.0.0.1 that nobody vouches for, made for these tests with openssl; valid until 2126. */
export const cert = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUAeFQEPnwe++HHG0DoVIDcc8DokQwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE1NDQyNVoYDzIxMjYxMDI5
MTU0NDI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARVLjKI6gdzyhbYbd5zjRXdutfo6M/BsQSMemqvLMFq9hiDHAe0SkCv
4kwKYRcEbfbFAe+xkA9tf8kMiuAXdRLVo28wbTAdBgNVHQ4EFgQUe38qdWteOm64
HVFDpuiJzrI7aXowHwYDVR0jBBgwFoAUe38qdWteOm64HVFDpuiJzrI7aXowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAJ0hSnVe+e/GwQ5uc+laWgXNH28ZYxp8Ytomi6fLkKIfAiEA
mHIC160Tcsz7slPvjNLEA3idXy7jpUjg3ReKQuf/rE8=
-----END CERTIFICATE-----`

/** Its private key, which protects nothing. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUnEums2bCmLVebbo
veT9kZ98zemDaw+gdyvFcMjeoBShRANCAARVLjKI6gdzyhbYbd5zjRXdutfo6M/B
sQSMemqvLMFq9hiDHAe0SkCv4kwKYRcEbfbFAe+xkA9tf8kMiuAXdRLV
-----END PRIVATE KEY-----`
