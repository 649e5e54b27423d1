//! Compressed bodies, for APIs with a minimum compression size.

use std::io::{Read, Write};

use flate2::{
    Compression,
    read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder},
    write::{GzEncoder, ZlibEncoder},
};

use super::exchange::{Headers, Response};

/// A coding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// `gzip`.
    Gzip,
    /// `deflate`: zlib's format, though what is sent without its frame is read too.
    Deflate,
}

/// Why a request's body cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A coding API Gateway does not know.
    #[error("the content coding {0:?} is none of gzip, deflate and identity")]
    Unknown(String),
    /// The body is not what the header says.
    #[error("the body is no {0}")]
    Broken(&'static str),
    /// The body is too large once decoded.
    #[error("the decoded body is over {0} bytes")]
    TooLarge(usize),
}

/// Decodes a body by its `Content-Encoding`, to `max_bytes` at most.
///
/// # Errors
/// When the coding is unknown, the body broken or too large.
pub fn decoded(body: &[u8], content_encoding: &str, max_bytes: usize) -> Result<Vec<u8>, DecodeError> {
    match content_encoding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body.to_vec()),
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(body), "gzip", max_bytes),
        "deflate" => read(ZlibDecoder::new(body), "deflate", max_bytes).or_else(|error| match error {
            DecodeError::Broken(_) => read(DeflateDecoder::new(body), "deflate", max_bytes),
            other => Err(other),
        }),
        other => Err(DecodeError::Unknown(other.to_owned())),
    }
}

fn read(from: impl Read, name: &'static str, max_bytes: usize) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    from.take(limit).read_to_end(&mut out).map_err(|_| DecodeError::Broken(name))?;
    if out.len() > max_bytes { Err(DecodeError::TooLarge(max_bytes)) } else { Ok(out) }
}

/// The coding a client likes best, by `Accept-Encoding`: gzip before deflate where it likes both as much.
pub fn preferred(headers: &Headers) -> Coding {
    let header: Vec<&str> = headers.all("Accept-Encoding").flat_map(|value| value.split(',')).collect();
    let quality = |name: &str| {
        header.iter().find_map(|entry| {
            let (of, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let is_it = of.trim().eq_ignore_ascii_case(name);
            let quality =
                parameters.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            is_it.then_some(quality)
        })
    };
    let of = |name: &str| quality(name).or_else(|| quality("*")).unwrap_or(0.0);
    let (gzip, deflate, identity): (f64, f64, f64) =
        (of("gzip"), of("deflate"), quality("identity").unwrap_or(0.0));
    if gzip > 0.0 && gzip >= deflate && gzip >= identity {
        Coding::Gzip
    } else if deflate > 0.0 && deflate >= identity {
        Coding::Deflate
    } else {
        Coding::Identity
    }
}

/// Compresses an answer of at least `minimum_bytes` the way the client likes, unless it is compressed already.
pub fn compress(response: &mut Response, accepting: &Headers, minimum_bytes: u32) {
    let large = u32::try_from(response.body.len()).is_ok_and(|size| size >= minimum_bytes);
    if !large || response.body.is_empty() || response.headers.get("Content-Encoding").is_some() {
        return;
    }
    let (name, written) = match preferred(accepting) {
        Coding::Identity => return,
        Coding::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            ("gzip", encoder.write_all(&response.body).and_then(|()| encoder.finish()))
        }
        Coding::Deflate => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            ("deflate", encoder.write_all(&response.body).and_then(|()| encoder.finish()))
        }
    };
    if let Ok(body) = written {
        response.body = body;
        response.headers.set("Content-Encoding", name);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accept(text: &str) -> Headers {
        Headers(vec![("accept-encoding".to_owned(), text.to_owned())])
    }

    #[test]
    fn the_best_liked_coding_is_chosen() {
        let cases = [
            ("gzip, deflate", Coding::Gzip),
            ("deflate", Coding::Deflate),
            ("deflate;q=0.9, gzip;q=0.5", Coding::Deflate),
            ("br", Coding::Identity),
            ("*", Coding::Gzip),
            ("gzip;q=0", Coding::Identity),
            ("identity, gzip;q=0.5", Coding::Identity),
            ("", Coding::Identity),
        ];
        for (text, expected) in cases {
            assert_eq!(preferred(&accept(text)), expected, "{text}");
        }
        assert_eq!(preferred(&Headers::default()), Coding::Identity);
    }

    #[test]
    fn small_and_compressed_answers_stay() {
        let answer = |body: &str| Response { body: body.as_bytes().to_vec(), ..Response::default() };
        let mut small = answer("abc");
        compress(&mut small, &accept("gzip"), 4);
        assert_eq!(small, answer("abc"));
        let mut done = answer("abcdef");
        done.headers.set("content-encoding", "br");
        compress(&mut done, &accept("gzip"), 4);
        assert_eq!(done.body, b"abcdef");
        let mut large = answer("abcd");
        compress(&mut large, &accept("gzip"), 4);
        assert_eq!(large.headers.get("content-encoding"), Some("gzip"));
        assert_eq!(decoded(&large.body, "gzip", 4), Ok(b"abcd".to_vec()));
        assert_eq!(decoded(&large.body, "gzip", 3), Err(DecodeError::TooLarge(3)));
    }

    #[test]
    fn unknown_and_broken_codings_are_errors() {
        assert_eq!(decoded(b"x", "br", 9), Err(DecodeError::Unknown("br".to_owned())));
        assert_eq!(decoded(b"x", "gzip", 9), Err(DecodeError::Broken("gzip")));
        assert_eq!(decoded(b"x", "Identity", 9), Ok(b"x".to_vec()));
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(body in prop::collection::vec(any::<u8>(), 1..2000), deflate: bool) {
            let name = if deflate { "deflate" } else { "gzip" };
            let mut response = Response { body: body.clone(), ..Response::default() };
            compress(&mut response, &accept(name), 0);
            prop_assert_eq!(decoded(&response.body, name, body.len()), Ok(body));
        }

        #[test]
        fn any_bytes_are_survived(body in prop::collection::vec(any::<u8>(), 0..200), coding in "gzip|deflate|\\PC{0,6}") {
            let _ = decoded(&body, &coding, 1000);
        }
    }
}
