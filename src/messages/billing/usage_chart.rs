//! Picture of the usage: tokens above, requests below, one bar a day. The numbers stand in the caption, so the picture needs no
//! font. It has a background of its own, which looks the same in light and dark chats.

use tiny_skia::{Color, Paint, Pixmap, Rect, Transform};

use crate::model::billing::daily_usage::UsageTotal;

/// Size of the picture, in pixels.
const SIZE: (u16, u16) = (780, 420);
/// Empty border on each side.
const MARGIN: u16 = 30;
/// Width of a bar and its gap.
const BAR: (u16, u16) = (18, 6);
/// Height of the tallest bar of each half.
const TALLEST: u16 = 160;
/// Height of the bar of a day without usage, so that the days can be counted.
const SHORTEST: u16 = 2;
/// Bottoms of the upper and the lower bars.
const BASELINES: (u16, u16) = (MARGIN + TALLEST, SIZE.1 - MARGIN);

/// Background: slate.
const BACKGROUND: [u8; 3] = [0x22, 0x2e, 0x3a];
/// Days without usage.
const EMPTY: [u8; 3] = [0x4a, 0x5b, 0x6c];
/// Tokens: the blue of the caption's square.
const TOKENS: [u8; 3] = [0x55, 0xac, 0xee];
/// Requests: the green of the caption's square.
const REQUESTS: [u8; 3] = [0x78, 0xb1, 0x59];

/// Draws the days, oldest first. Returns a PNG, or `None` if it could not be encoded.
pub(super) fn draw(days: &[UsageTotal]) -> Option<Vec<u8>> {
    let mut picture = Pixmap::new(SIZE.0.into(), SIZE.1.into())?;
    picture.fill(color(BACKGROUND));
    let tokens: Vec<i64> = days.iter().map(|total| total.tokens).collect();
    let requests: Vec<i64> = days.iter().map(|total| total.requests).collect();
    bars(&mut picture, &tokens, BASELINES.0, TOKENS);
    bars(&mut picture, &requests, BASELINES.1, REQUESTS);
    picture.encode_png().ok()
}

/// Draws one bar for each value, the largest one [`TALLEST`] high.
fn bars(picture: &mut Pixmap, values: &[i64], baseline: u16, rgb: [u8; 3]) {
    let largest = values.iter().copied().max().unwrap_or_default().max(1);
    for (value, left) in values.iter().zip((MARGIN..SIZE.0).step_by(usize::from(BAR.0 + BAR.1))) {
        let height = height(*value, largest);
        let top = baseline.saturating_sub(height);
        let Some(bar) = Rect::from_xywh(left.into(), top.into(), BAR.0.into(), height.into()) else { continue };
        let mut paint = Paint::default();
        paint.set_color(color(if *value > 0 { rgb } else { EMPTY }));
        picture.fill_rect(bar, &paint, Transform::identity(), None);
    }
}

/// Height of a bar, in pixels. Any usage is visibly more than none.
fn height(value: i64, largest: i64) -> u16 {
    if value <= 0 {
        return SHORTEST;
    }
    let height = i128::from(value) * i128::from(TALLEST) / i128::from(largest);
    u16::try_from(height).unwrap_or(TALLEST).max(2 * SHORTEST)
}

fn color([red, green, blue]: [u8; 3]) -> Color {
    Color::from_rgba8(red, green, blue, u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_grow_with_the_values_and_fit() {
        let heights = [0, 1, 500, 1000].map(|value| height(value, 1000));
        assert_eq!(heights, [SHORTEST, 2 * SHORTEST, TALLEST / 2, TALLEST]);
        assert_eq!(height(i64::MAX, i64::MAX), TALLEST);
        assert!(
            MARGIN + 30 * (BAR.0 + BAR.1) <= SIZE.0 - MARGIN + BAR.1
                && TALLEST + BASELINES.0 + MARGIN / 2 <= BASELINES.1
        );
    }

    #[test]
    fn the_picture_shows_the_days_with_usage() {
        let mut days = vec![UsageTotal::default(); 30];
        days[29] = UsageTotal { tokens: 1000, requests: 3 };
        let png = draw(&days).expect("a picture");
        let picture = Pixmap::decode_png(&png).expect("a PNG");
        let at =
            |x: u16, y: u16| picture.pixel(x.into(), y.into()).map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
        let last = MARGIN + 29 * (BAR.0 + BAR.1) + BAR.0 / 2;
        assert_eq!((at(last, MARGIN + 5), at(last, BASELINES.1 - 5)), (Some(TOKENS), Some(REQUESTS)));
        let first = MARGIN + BAR.0 / 2;
        assert_eq!((at(first, MARGIN + 5), at(first, BASELINES.0 - 1)), (Some(BACKGROUND), Some(EMPTY)));
    }
}
