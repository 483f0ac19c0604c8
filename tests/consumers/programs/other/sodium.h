/* SPDX-License-Identifier: MIT
 * Another "libsodium" for tests/consumers: the functions that RunForge calls, and wrong in all that they do.
 */
#ifndef RUNFORGE_CONSUMERS_OTHER_SODIUM_H
#define RUNFORGE_CONSUMERS_OTHER_SODIUM_H
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
int sodium_init(void);
void* sodium_malloc(size_t size);
void sodium_free(void* memory);
void sodium_memzero(void* memory, size_t size);
int crypto_hash_sha256(unsigned char* out, const unsigned char* in, unsigned long long size);
int crypto_hash_sha256_init(void* state);
int crypto_hash_sha256_update(void* state, const unsigned char* in, unsigned long long size);
int crypto_hash_sha256_final(void* state, unsigned char* out);
int crypto_sign_ed25519_seed_keypair(unsigned char* public_key, unsigned char* secret_key,
                                     const unsigned char* seed);
int crypto_sign_ed25519_detached(unsigned char* signature, unsigned long long* signature_size,
                                 const unsigned char* message, unsigned long long size,
                                 const unsigned char* secret_key);
int crypto_sign_ed25519_verify_detached(const unsigned char* signature, const unsigned char* message,
                                        unsigned long long size, const unsigned char* public_key);
#ifdef __cplusplus
}
#endif
#endif
