#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace credence {

// The little of the imaging model (ISO 32000-1, 8.3 and 8.6) that says where text
// stands and whether it can be seen.

struct PdfPoint {
  double x = 0;
  double y = 0;
};

// (x, y) -> (a x + c y + e, b x + d y + f)
struct PdfMatrix {
  double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;

  [[nodiscard]] PdfPoint apply(PdfPoint p) const noexcept {
    return {a * p.x + c * p.y + e, b * p.x + d * p.y + f};
  }
  // First this, then `next`.
  [[nodiscard]] PdfMatrix then(const PdfMatrix& next) const noexcept {
    return {a * next.a + b * next.c,          a * next.b + b * next.d,
            c * next.a + d * next.c,          c * next.b + d * next.d,
            e * next.a + f * next.c + next.e, e * next.b + f * next.d + next.f};
  }
};

struct PdfBox {
  double left = 0, bottom = 0, right = 0, top = 0;

  [[nodiscard]] bool contains(PdfPoint p) const noexcept {
    return p.x >= left && p.x <= right && p.y >= bottom && p.y <= top;
  }
  [[nodiscard]] bool meets(const PdfBox& o) const noexcept {
    return left <= o.right && right >= o.left && bottom <= o.top && top >= o.bottom;
  }
  [[nodiscard]] PdfBox intersect(const PdfBox& o) const noexcept {
    return {std::max(left, o.left), std::max(bottom, o.bottom), std::min(right, o.right),
            std::min(top, o.top)};
  }
  void include(PdfPoint p) noexcept {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    bottom = std::min(bottom, p.y);
    top = std::max(top, p.y);
  }
  [[nodiscard]] double area() const noexcept {
    return std::max(0.0, right - left) * std::max(0.0, top - bottom);
  }
  [[nodiscard]] static PdfBox at(PdfPoint p) noexcept { return {p.x, p.y, p.x, p.y}; }
  // Around the image of `box` under `matrix`.
  [[nodiscard]] static PdfBox around(const PdfBox& box, const PdfMatrix& matrix) noexcept {
    PdfBox out = at(matrix.apply({box.left, box.bottom}));
    out.include(matrix.apply({box.right, box.bottom}));
    out.include(matrix.apply({box.left, box.top}));
    out.include(matrix.apply({box.right, box.top}));
    return out;
  }
};

// A colour as red, green and blue, 0..1; unknown for patterns, images and the like.
struct PdfColor {
  double red = 0, green = 0, blue = 0;
  bool known = true;

  [[nodiscard]] static PdfColor gray(double g) noexcept { return {g, g, g, true}; }
  [[nodiscard]] static PdfColor cmyk(double c, double m, double y, double k) noexcept {
    return {(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k), true};
  }
  [[nodiscard]] static PdfColor unknown() noexcept { return {0, 0, 0, false}; }

  // Whether an eye could not tell this from `o`.
  [[nodiscard]] bool same_as(const PdfColor& o) const noexcept {
    constexpr double kContrastMin = 0.06;  // 16 of 255
    return known && o.known && std::abs(red - o.red) < kContrastMin &&
           std::abs(green - o.green) < kContrastMin && std::abs(blue - o.blue) < kContrastMin;
  }
};

// What was painted on a page so far, newest last; on white paper. The oldest areas
// are forgotten beyond kAreasMax.
class PdfBackdrop {
 public:
  static constexpr std::size_t kAreasMax = 512;

  void paint(const PdfBox& box, const PdfColor& color) {
    if (areas_.size() == kAreasMax) areas_.erase(areas_.begin(), areas_.begin() + kAreasMax / 2);
    areas_.push_back({box, color});
  }

  [[nodiscard]] PdfColor color_at(PdfPoint p) const noexcept {
    for (auto it = areas_.rbegin(); it != areas_.rend(); ++it) {
      if (it->box.contains(p)) return it->color;
    }
    return PdfColor::gray(1);
  }

 private:
  struct Area {
    PdfBox box;
    PdfColor color;
  };
  std::vector<Area> areas_;
};

}  // namespace credence
