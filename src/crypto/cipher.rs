//! The ciphers of XML Encryption over bytes.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand;

use crate::saml::EncryptionAlgorithm;

/// Bytes of a block of AES, and of CBC's initialisation vector.
const BLOCK: usize = 16;
/// Bytes of GCM's initialisation vector (XML Encryption 1.1, section 5.2.4).
const NONCE: usize = aead::NONCE_LEN;

/// A fresh key from the system's randomness.
pub(super) fn session_key(algorithm: EncryptionAlgorithm) -> Result<Vec<u8>, Unspecified> {
    let mut key = vec![0; algorithm.key_length()];
    rand::fill(&mut key)?;
    Ok(key)
}

/// Encrypts under a fresh initialisation vector, which stands in front of the result.
pub(super) fn encrypt(
    algorithm: EncryptionAlgorithm,
    key: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    match algorithm {
        EncryptionAlgorithm::Aes128Cbc | EncryptionAlgorithm::Aes256Cbc => {
            let mut iv = [0; BLOCK];
            rand::fill(&mut iv)?;
            let mut blocks = padded(plain)?;
            let context = EncryptionContext::Iv128(FixedLength::from(&iv));
            EncryptingKey::cbc(block_key(algorithm, key)?)?
                .less_safe_encrypt(&mut blocks, context)?;
            Ok([&iv[..], &blocks].concat())
        }
        EncryptionAlgorithm::Aes256Gcm => {
            let mut nonce = [0; NONCE];
            rand::fill(&mut nonce)?;
            let mut sealed = plain.to_vec();
            let unique = Nonce::assume_unique_for_key(nonce);
            gcm_key(key)?.seal_in_place_append_tag(unique, Aad::empty(), &mut sealed)?;
            Ok([&nonce[..], &sealed].concat())
        }
    }
}

/// Decrypts. That it failed is all there is to say: what failed would help to decrypt.
pub(super) fn decrypt(
    algorithm: EncryptionAlgorithm,
    key: &[u8],
    encrypted: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    match algorithm {
        EncryptionAlgorithm::Aes128Cbc | EncryptionAlgorithm::Aes256Cbc => {
            let (iv, blocks) = encrypted.split_first_chunk::<BLOCK>().ok_or(Unspecified)?;
            let mut blocks = blocks.to_vec();
            let context = DecryptionContext::Iv128(FixedLength::from(iv));
            DecryptingKey::cbc(block_key(algorithm, key)?)?.decrypt(&mut blocks, context)?;
            unpadded(blocks)
        }
        EncryptionAlgorithm::Aes256Gcm => {
            let (nonce, sealed) = encrypted.split_first_chunk::<NONCE>().ok_or(Unspecified)?;
            let mut sealed = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let plain = gcm_key(key)?.open_in_place(nonce, Aad::empty(), &mut sealed)?;
            Ok(plain.to_vec())
        }
    }
}

fn block_key(algorithm: EncryptionAlgorithm, key: &[u8]) -> Result<UnboundCipherKey, Unspecified> {
    match algorithm {
        EncryptionAlgorithm::Aes128Cbc => UnboundCipherKey::new(&cipher::AES_128, key),
        _ => UnboundCipherKey::new(&cipher::AES_256, key),
    }
}

fn gcm_key(key: &[u8]) -> Result<LessSafeKey, Unspecified> {
    UnboundKey::new(&aead::AES_256_GCM, key).map(LessSafeKey::new)
}

/// Whole blocks: 1 to 16 bytes more, of which the last says how many (XML Encryption 1.0, section
/// 5.2). The others may be anything, which is not PKCS#7.
fn padded(plain: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let length = BLOCK - plain.len() % BLOCK;
    let mut blocks = plain.to_vec();
    blocks.resize(plain.len() + length, 0);
    rand::fill(&mut blocks[plain.len()..])?;
    let last = blocks.last_mut().ok_or(Unspecified)?;
    *last = u8::try_from(length).map_err(|_range| Unspecified)?;
    Ok(blocks)
}

fn unpadded(mut blocks: Vec<u8>) -> Result<Vec<u8>, Unspecified> {
    let length = usize::from(*blocks.last().ok_or(Unspecified)?);
    if !(1..=BLOCK).contains(&length) || length > blocks.len() {
        return Err(Unspecified);
    }
    blocks.truncate(blocks.len() - length);
    Ok(blocks)
}
