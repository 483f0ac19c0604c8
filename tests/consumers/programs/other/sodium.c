/* SPDX-License-Identifier: MIT
 * Definitions of the other "libsodium": hashes of 0xee, keys of 0xdd, every signature good, no
 * initialisation. */
#include <sodium.h>
#include <string.h>

int sodium_init(void) {
  return -1;
}
void* sodium_malloc(size_t size) {
  return size > 0 ? NULL : NULL;
}
void sodium_free(void* memory) {
  (void)memory;
}
void sodium_memzero(void* memory, size_t size) {
  (void)memory, (void)size;
}
int crypto_hash_sha256(unsigned char* out, const unsigned char* in, unsigned long long size) {
  (void)in, (void)size;
  memset(out, 0xee, 32);
  return 0;
}
int crypto_hash_sha256_init(void* state) {
  (void)state;
  return 0;
}
int crypto_hash_sha256_update(void* state, const unsigned char* in, unsigned long long size) {
  (void)state, (void)in, (void)size;
  return 0;
}
int crypto_hash_sha256_final(void* state, unsigned char* out) {
  return crypto_hash_sha256(out, state, 0);
}
int crypto_sign_ed25519_seed_keypair(unsigned char* public_key, unsigned char* secret_key,
                                     const unsigned char* seed) {
  (void)seed;
  memset(public_key, 0xdd, 32);
  memset(secret_key, 0xdd, 64);
  return 0;
}
int crypto_sign_ed25519_detached(unsigned char* signature, unsigned long long* signature_size,
                                 const unsigned char* message, unsigned long long size,
                                 const unsigned char* secret_key) {
  (void)message, (void)size, (void)secret_key;
  memset(signature, 0xdd, 64);
  if (signature_size) *signature_size = 64;
  return 0;
}
int crypto_sign_ed25519_verify_detached(const unsigned char* signature, const unsigned char* message,
                                        unsigned long long size, const unsigned char* public_key) {
  (void)signature, (void)message, (void)size, (void)public_key;
  return 0;
}
