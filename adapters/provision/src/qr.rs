//! QR codes (ISO/IEC 18004): a text as a picture that a phone's camera reads.

use std::fmt;

use pinbolt::Misuse;
use qrcodegen::{QrCode, QrCodeEcc};
use zeroize::Zeroizing;

/// Light modules around the picture, without which cameras don't find it (ISO/IEC 18004, 5.3.8).
const QUIET: usize = 4;
/// Black on white, whatever colours a terminal has chosen for itself.
const COLOURS: &str = "\u{1b}[38;5;16;48;5;231m";
const PLAIN: &str = "\u{1b}[0m";

/// A QR code (ISO/IEC 18004): a text as a picture that a phone's camera reads.
///
/// The picture is the secret: show it to its owner alone, once, from memory, in an answer that nobody
/// keeps (`Cache-Control: no-store`), and never by a web service that draws pictures for others.
///
/// It is wiped when it goes, as is what it draws; what the crates beneath hold while they work is not.
///
/// ```
/// use pinbolt_provision::Qr;
///
/// let qr = Qr::new("otpauth://totp/ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
/// assert!(qr.svg().starts_with("<svg "));
/// # Ok::<(), pinbolt::Misuse>(())
/// ```
#[derive(Clone)]
pub struct Qr {
    /// Modules of a side, the quiet zone among them.
    side: usize,
    /// Row by row, dark or light.
    dark: Zeroizing<Vec<bool>>,
}

impl Qr {
    /// The most bytes of a text.
    pub const MAX_LEN: usize = 2331;
    /// The most pixels of a PNG's module.
    pub const MAX_SCALE: u8 = 32;

    /// The code of a text. 15 % of the picture may be damaged, or more where that costs no size.
    ///
    /// # Errors
    /// [`Misuse::Length`] for what no code holds: over [`Self::MAX_LEN`] bytes.
    pub fn new(text: &str) -> Result<Self, Misuse> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium);
        let code = code.map_err(|_| Misuse::Length)?;
        let quiet = i32::try_from(QUIET).unwrap_or_default();
        let outer = quiet.saturating_neg()..code.size().saturating_add(quiet);
        let mut dark = Zeroizing::new(Vec::new());
        // Outside of the code every module is light.
        let rows = outer.clone().flat_map(|y| outer.clone().map(move |x| (x, y)));
        dark.reserve_exact(rows.clone().count());
        dark.extend(rows.map(|(x, y)| code.get_module(x, y)));
        Ok(Self { side: dark.len().isqrt(), dark })
    }

    /// As SVG: black on white, without a size of its own, without scripts and links, so that it can be
    /// put into a page as it is.
    #[must_use]
    pub fn svg(&self) -> Zeroizing<String> {
        let side = self.side;
        // Of one run of dark modules at most; every other module at most begins one.
        let run = "M000 000h000v1h-000z".len();
        let capacity = self.dark.len().div_ceil(2).saturating_mul(run).saturating_add(256);
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        text.push_str(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\""
        ));
        for (y, row) in self.rows().enumerate() {
            let mut x = 0_usize;
            for run in row.chunk_by(|a, b| a == b) {
                let long = run.len();
                if run.first() == Some(&true) {
                    text.push_str(&format!("M{x} {y}h{long}v1h-{long}z"));
                }
                x = x.saturating_add(long);
            }
        }
        text.push_str("\"/></svg>");
        text
    }

    /// As text for a terminal that knows UTF-8 and 256 colours: half a line for a module's height,
    /// black on white on dark and on light ones. Lines end with a newline.
    #[must_use]
    pub fn terminal(&self) -> Zeroizing<String> {
        let ends = COLOURS.len().saturating_add(PLAIN.len()).saturating_add(1);
        let line = self.side.saturating_mul(3).saturating_add(ends);
        let lines = self.side.div_ceil(2);
        let mut text = Zeroizing::new(String::with_capacity(line.saturating_mul(lines)));
        let mut rows = self.rows();
        while let Some(upper) = rows.next() {
            let lower = rows.next().unwrap_or_default();
            text.push_str(COLOURS);
            text.extend(upper.iter().enumerate().map(|(x, upper)| {
                match (*upper, lower.get(x).is_some_and(|dark| *dark)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                }
            }));
            text.extend([PLAIN, "\n"]);
        }
        text
    }

    /// As PNG: black on white, one bit a pixel, `scale` pixels to a module's side, 1 to
    /// [`Self::MAX_SCALE`]. 8 is a good size on paper and on screens.
    ///
    /// # Errors
    /// [`Misuse::Value`] for another scale.
    pub fn png(&self, scale: u8) -> Result<Zeroizing<Vec<u8>>, Misuse> {
        if !(1..=Self::MAX_SCALE).contains(&scale) {
            return Err(Misuse::Value);
        }
        let scale = usize::from(scale);
        let pixels = self.side.saturating_mul(scale);
        let line = pixels.div_ceil(8);
        let mut image = Zeroizing::new(Vec::with_capacity(line.saturating_mul(pixels)));
        for row in self.rows() {
            let mut bytes = Zeroizing::new(vec![0_u8; line]);
            let wide = row.iter().flat_map(|dark| std::iter::repeat_n(!*dark, scale));
            for (at, light) in wide.enumerate() {
                if let Some(byte) = bytes.get_mut(at / 8) {
                    *byte |= u8::from(light).rotate_right(1) >> (at % 8);
                }
            }
            (0..scale).for_each(|_| image.extend_from_slice(&bytes));
        }
        // No less than it can become, so that no copy is left behind by bytes that grew.
        let most = image.len().saturating_mul(2).saturating_add(4096);
        let mut written = Zeroizing::new(Vec::with_capacity(most));
        let pixels = u32::try_from(pixels).map_err(|_| Misuse::Value)?;
        encoded(&mut written, pixels, &image).map_err(|_| Misuse::Value)?;
        Ok(written)
    }

    fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.side)
    }
}

impl fmt::Debug for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Qr(..)")
    }
}

fn encoded(into: &mut Vec<u8>, pixels: u32, image: &[u8]) -> Result<(), png::EncodingError> {
    let mut encoder = png::Encoder::new(into, pixels, pixels);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(image)?;
    writer.finish()
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
mod tests {
    use super::*;

    const ADDRESS: &str = "otpauth://totp/ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    /// Dark modules of what was drawn, by reading the drawing.
    fn of_svg(svg: &str, side: usize) -> Vec<bool> {
        let mut dark = vec![false; side * side];
        let path = svg.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
        for run in path.split('z').filter(|run| !run.is_empty()) {
            let numbers: Vec<usize> = run
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let [x, y, long, 1, back] = numbers[..] else { panic!("{run}") };
            assert_eq!(long, back);
            dark[y * side + x..][..long].fill(true);
        }
        dark
    }

    fn of_terminal(text: &str, side: usize) -> Vec<bool> {
        let mut dark = Vec::new();
        for line in text.lines() {
            let line = line.strip_prefix(COLOURS).unwrap().strip_suffix(PLAIN).unwrap();
            let half = |of: [char; 2]| line.chars().map(move |c| of.contains(&c));
            dark.extend(half(['█', '▀']).chain(half(['█', '▄'])));
        }
        // An odd last line has a light half.
        assert!(dark.split_off(side * side).iter().all(|dark| !dark));
        dark
    }

    fn of_png(bytes: &[u8], scale: usize) -> Vec<bool> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut image = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut image).unwrap();
        assert_eq!(
            (info.color_type, info.bit_depth),
            (png::ColorType::Grayscale, png::BitDepth::One)
        );
        let (pixels, line) = (info.width as usize, info.line_size);
        let at = |x: usize, y: usize| image[y * line + x / 8] >> (7 - x % 8) & 1 == 0;
        let all = (0..pixels).flat_map(|y| (0..pixels).map(move |x| (x, y)));
        assert!(all.clone().all(|(x, y)| at(x, y) == at(x / scale * scale, y / scale * scale)));
        all.filter(|(x, y)| x % scale == 0 && y % scale == 0).map(|(x, y)| at(x, y)).collect()
    }

    #[test]
    fn every_form_shows_the_same_modules_within_a_quiet_zone() {
        for text in ["", "A", ADDRESS, &"x".repeat(900)] {
            let qr = Qr::new(text).unwrap();
            let side = qr.side;
            assert_eq!(of_svg(&qr.svg(), side), *qr.dark);
            assert_eq!(of_terminal(&qr.terminal(), side), *qr.dark);
            for scale in [1, 3, 8] {
                assert_eq!(of_png(&qr.png(scale).unwrap(), scale.into()), *qr.dark);
            }
            let inner = 4..side - 4;
            let light = |x: usize, y: usize| !inner.contains(&x) || !inner.contains(&y);
            assert!((0..side * side).all(|at| !(qr.dark[at] && light(at % side, at / side))));
            // The corner of the upper left finder.
            assert!(qr.dark[4 * side + 4]);
        }
    }

    #[test]
    fn nothing_that_was_written_grew() {
        for text in [ADDRESS, &"x".repeat(Qr::MAX_LEN)] {
            let qr = Qr::new(text).unwrap();
            let line = qr.side * 3 + COLOURS.len() + PLAIN.len() + 1;
            assert_eq!(qr.terminal().capacity(), line * qr.side.div_ceil(2));
            assert_eq!(qr.svg().capacity(), qr.dark.len().div_ceil(2) * 20 + 256);
            for scale in [1, 8] {
                let image = (qr.side * scale).div_ceil(8) * qr.side * scale;
                let scale = scale.try_into().unwrap();
                assert_eq!(qr.png(scale).unwrap().capacity(), image * 2 + 4096);
            }
        }
    }

    #[test]
    fn what_no_code_holds_and_what_no_picture_is_are_told() {
        assert_eq!(Qr::new(&"x".repeat(Qr::MAX_LEN + 1)).unwrap_err(), Misuse::Length);
        let qr = Qr::new(ADDRESS).unwrap();
        for scale in [0, Qr::MAX_SCALE + 1, u8::MAX] {
            assert_eq!(qr.png(scale).unwrap_err(), Misuse::Value);
        }
        assert!(qr.png(Qr::MAX_SCALE).is_ok());
        assert_eq!(format!("{qr:?}"), "Qr(..)");
        let svg = qr.svg();
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>") && !svg.contains("ana"));
        assert!(!svg.contains("script") && !svg.contains("width") && !svg.contains("href"));
    }
}
