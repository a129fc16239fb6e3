/// Where eight walks are. Named one by one, they stay in registers; a vector's lanes would be taken out and put back at every step.
struct EightPlaces {
    private var a, b, c, d, e, f, g, h: UInt32

    init(repeating place: UInt32) { (a, b, c, d, e, f, g, h) = (place, place, place, place, place, place, place, place) }

    @inline(__always) init(_ place: (Int) -> UInt32) {
        (a, b, c, d, e, f, g, h) = (place(0), place(1), place(2), place(3), place(4), place(5), place(6), place(7))
    }

    /// - Returns: whether any walk has gone on.
    @inline(__always) mutating func advance(_ step: (_ lane: Int, _ place: UInt32) -> UInt32) -> Bool {
        let before = self
        a = step(0, a)
        b = step(1, b)
        c = step(2, c)
        d = step(3, d)
        e = step(4, e)
        f = step(5, f)
        g = step(6, g)
        h = step(7, h)
        return (a ^ before.a) | (b ^ before.b) | (c ^ before.c) | (d ^ before.d) | (e ^ before.e) | (f ^ before.f) | (g ^ before.g)
            | (h ^ before.h) != 0
    }

    @inline(__always) func forEach(_ body: (_ lane: Int, _ place: Int) -> Void) {
        body(0, Int(a))
        body(1, Int(b))
        body(2, Int(c))
        body(3, Int(d))
        body(4, Int(e))
        body(5, Int(f))
        body(6, Int(g))
        body(7, Int(h))
    }
}
