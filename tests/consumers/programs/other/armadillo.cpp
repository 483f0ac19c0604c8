// SPDX-License-Identifier: MIT
// Definitions of the other "Armadillo", instantiated as a program that uses one would have them.
#include <armadillo>

namespace arma {

template <typename T>
Mat<T>::Mat() = default;
template <typename T>
Mat<T>::Mat(uword, uword) {}
template <typename T>
Mat<T>::Mat(const Mat&) {}
template <typename T>
Mat<T>::~Mat() = default;
template <typename T>
void Mat<T>::init_cold() {}
template <typename T>
void Mat<T>::init_warm(uword, uword) {}
template <typename T>
Mat<T>& Mat<T>::operator=(const Mat&) {
  return *this;
}
template <typename T>
T* Mat<T>::memptr() {
  return nullptr;
}
template <typename T>
const T* Mat<T>::memptr() const {
  return nullptr;
}
template <typename T>
const T Datum<T>::nan = T(7);
template <typename T>
T* memory_acquire(uword) {
  return nullptr;
}
template <typename T>
void memory_release(T*) {}

template class Mat<double>;
template class Mat<float>;
template class Mat<uword>;
template class Datum<double>;
template double* memory_acquire<double>(uword);
template void memory_release<double>(double*);

}  // namespace arma
